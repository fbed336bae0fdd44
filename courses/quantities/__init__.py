"""What numbers, references and addresses a text says, in digits and in words of many languages."""
