import os
PASSWORD = os.environ["PASSWORD"]
API_KEY = "${API_KEY}"
token = get_token(user)
SECRET_KEY = "your-secret-key-here"
