"""Relations: do rows and tables fit together?"""
