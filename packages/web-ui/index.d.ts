/** Absolute path of a directory with index.html and assets/. It is there once the package was built. */
export declare const webUiDirectory: string;
