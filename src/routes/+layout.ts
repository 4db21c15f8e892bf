// One static page: the relay serves files, and the shell is readable before any script has run.
export const prerender = true;
