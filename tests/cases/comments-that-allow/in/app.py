# heliodon: allow github-personal-access-token until 2026-12-31 revoked in March, kept as a fixture
TOKEN = "ghp_{{alnum:30}}{{check}}"
OTHER = "ghp_{{alnum:30}}{{check}}"  # heliodon: allow github-personal-access-token
THIRD = "ghp_{{alnum:30}}{{check}}"  # gitleaks:allow
