"""The explorer: a static site in English and Chinese, made from the views of the database."""
