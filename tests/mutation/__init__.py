"""Mutation testing of the core: does some test notice each small change of the code?"""
