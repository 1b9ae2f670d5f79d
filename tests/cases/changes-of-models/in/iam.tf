data "aws_iam_policy_document" "ml" {
  statement {
    actions   = ["sagemaker:*", "s3:GetObject"]
    resources = ["*"]
  }
}
resource "aws_iam_role_policy" "ml" {
  role   = aws_iam_role.ci.name
  policy = data.aws_iam_policy_document.ml.json
}
