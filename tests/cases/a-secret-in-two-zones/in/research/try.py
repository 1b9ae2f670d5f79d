key = "sk-proj-{{word:74}}T3BlbkFJ{{word:74}}"
client = OpenAI(api_key=key)
