package example;

/** A function that needs nothing, so that what is measured is the tool. */
public final class Hello {
    public int handle(Object event) {
        return 42;
    }
}
