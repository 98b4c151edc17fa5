"""Tests of companies, hosts and provisioning."""
