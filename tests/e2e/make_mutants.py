#!/usr/bin/env python3
"""Python's own unpickler as the oracle: writes mutated pickles that call a shell or `eval` when they are loaded.

    make_mutants.py FOLDER LABELS COUNT SEED

Nothing is run: classes are looked up in a table of stand-ins that take notes. Every file in FOLDER made the unpickler call
`posix.system`, `os.system` or `builtins.eval`, whether or not the stream holds together after that; so each must be found to run code.
"""
import io, os, pickle, random, sys

import labels

RUNNERS = {("posix", "system"), ("os", "system"), ("builtins", "eval")}
OPERATIONS = b"(0122NKJMIFLGSVUTXBC)]}tlaesudpqrghjR.\x80\x81\x85\x86\x87\x88\x89\x8a\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98"


class StandIn(dict):
    """Takes any call, any argument, any state."""

    def __new__(cls, *_, **__):
        return dict.__new__(cls)

    def __init__(self, *_, **__):
        pass

    def __call__(self, *_, **__):
        return StandIn()

    def __hash__(self):
        return 1

    def append(self, _):
        pass

    def extend(self, _):
        pass

    def __setstate__(self, _):
        pass


class Unpickler(pickle._Unpickler):
    def __init__(self, file):
        super().__init__(file)
        self.called = False

    def find_class(self, module, name):
        # No file has such a name, so that Python would stop here.
        if not module or not name or any(ord(c) <= 32 or ord(c) == 127 for c in module + name):
            raise ImportError
        if (module, name) not in RUNNERS:
            return StandIn
        outer = self

        class Runner(StandIn):
            def __new__(cls, *_, **__):
                outer.called = True
                return dict.__new__(cls)

        return Runner

    def persistent_load(self, _):
        return 0

    def get_extension(self, _):
        self.append(StandIn)


def seeds():
    class Runs:
        def __init__(self, function, argument):
            self.call = function, (argument,)

        def __reduce__(self):
            return self.call

    made = [pickle.dumps(Runs(function, "pass"), protocol) for function in (os.system, eval) for protocol in range(6)]
    made += [b"cposix\nsystem\n(S'pass'\ntR.", b"(S'pass'\niposix\nsystem\n.", b"(cposix\nsystem\nS'pass'\no."]
    made += [b"\x80\x04\x8c\x05posixq\x090\x8c\x06system\x940h\x09h\x01\x93\x8c\x02id\x85R.", pickle.dumps([{"a": (1, 2.0)}, Runs(eval, "pass")], 4)]
    made = [seed.replace(b"__builtin__", b"builtins") for seed in made]
    return made + [pickle.dumps([1], 2)[:-1] + b"0" + seed[2:] for seed in made if seed[:1] == b"\x80"]


def mutant(seed):
    stream = bytearray(seed)
    for _ in range(random.randint(1, 5)):
        at, road = random.randrange(len(stream)), random.random()
        if road < 0.3:
            stream[at] = random.randrange(256)
        elif road < 0.6:
            stream.insert(at, random.choice(OPERATIONS))
        elif road < 0.8 and len(stream) > 1:
            del stream[at]
        else:
            start = random.randrange(len(stream))
            stream[at:at] = stream[start : start + random.randint(1, 8)]
    return bytes(stream)


def called(stream):
    unpickler = Unpickler(io.BytesIO(stream))
    try:
        unpickler.load()
    except (Exception, MemoryError):
        pass
    return unpickler.called


@labels.maker
def mutants():
    count, all_seeds, made = int(sys.argv[3]), seeds(), 0
    random.seed(int(sys.argv[4]))
    while made < count:
        stream = mutant(random.choice(all_seeds))
        if called(stream):
            labels.put(f"{made:06d}", stream, {"role": "any", "runs": True})
            made += 1


if __name__ == "__main__":
    labels.main(*sys.argv[1:3])
