"""Webhooks in: where mail providers report bounces and complaints."""
