"""Reads results and writes them for people and machines; computes no statistic."""
