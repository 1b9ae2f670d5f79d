a = AutoModel.from_pretrained("acme-ai/tiny-bert", revision="8d2a1c0f8d2a1c0f8d2a1c0f8d2a1c0f8d2a1c0f")
b = AutoModel.from_pretrained("acme-ai/other-bert")
client.chat.completions.create(model="gpt-4o-2024-08-06")
