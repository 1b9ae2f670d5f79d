TOKEN = "ghp_{{alnum:30}}{{check}}"  # heliodon: allow * a fixture
