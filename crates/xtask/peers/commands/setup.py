"""For lambda-setuptools: the same function as for the others."""

from setuptools import setup

setup(
    name="hello",
    version="1.0.0",
    package_dir={"": "source"},
    py_modules=["hello"],
    lambda_function="hello:handler",
)
