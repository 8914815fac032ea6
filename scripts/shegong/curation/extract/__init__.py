"""Extract: read text from the bytes of a file, in any Chinese encoding, an HTML page or a PDF."""
