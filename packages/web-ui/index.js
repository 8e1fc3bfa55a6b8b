// Where the built files of the web UI are: for whoever serves them.
import { fileURLToPath } from 'node:url';

/** Absolute path of a directory with index.html and assets/. It is there once the package was built. */
export const webUiDirectory = fileURLToPath(new URL('./dist', import.meta.url));
