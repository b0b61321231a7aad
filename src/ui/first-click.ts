/** False of a double-click's second click, which would hit what took the place of the button it was meant for. */
export const isFirstClick = ({ detail }: UIEvent): boolean => detail < 2;
