// Principal and secret of the framework. Each is looked for in the property, the environment variable, the file the
// property names, the file the variable names; the first that is set wins.

export interface CredentialSource {
  readonly value: string | undefined;
  readonly environment: string | undefined;
  /** Content of the file the property names. */
  readonly file: string | undefined;
  /** Content of the file the environment names. */
  readonly environmentFile: string | undefined;
}

export interface Credentials {
  readonly principal?: string;
  readonly secret?: string;
}

/** A secret without a principal is an error. Files end in a newline more often than passwords do, so it is cut off. */
export function chooseCredentials(
  principal: CredentialSource,
  secret: CredentialSource,
): Credentials | { error: string } {
  const chosenPrincipal = firstOf(principal);
  const chosenSecret = firstOf(secret);
  if (chosenSecret !== undefined && chosenPrincipal === undefined) {
    return { error: 'a secret for Mesos is set, but no principal: set spark.mesos.principal as well' };
  }
  return {
    ...(chosenPrincipal === undefined ? {} : { principal: chosenPrincipal }),
    ...(chosenSecret === undefined ? {} : { secret: chosenSecret }),
  };
}

function firstOf({ value, environment, file, environmentFile }: CredentialSource): string | undefined {
  return value ?? environment ?? trimmed(file) ?? trimmed(environmentFile);
}

function trimmed(content: string | undefined): string | undefined {
  return content?.replace(/\r?\n$/, '');
}
