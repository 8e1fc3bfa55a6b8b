// Role names and their hierarchy: `a/b` is a child of `a`; `*` stands for "no role" (Mesos: src/common/roles.cpp).

/** White space and delete, which no component of a role may hold. */
const INVALID_CHARACTERS = /[\t\n\v\f\r \u007f]/;

/** Why `role` cannot be a role (Mesos' texts); undefined where it can. */
export function validateRole(role: string): string | undefined {
  if (role === '*') return undefined;
  if (role === '') return 'Role names cannot be the empty string';
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`;
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`;
  if (role.includes('//')) return `Role '${role}' cannot contain two adjacent slashes`;
  for (const component of role.split('/')) {
    if (component === '.' || component === '..' || component === '*') {
      return `Role '${role}' cannot include '${component}' as a component`;
    }
    if (component.startsWith('-')) return `Role component '${component}' is invalid because it starts with a dash`;
    if (INVALID_CHARACTERS.test(component)) {
      return `Role component '${component}' is invalid because it contains backspace or whitespace`;
    }
  }
  return undefined;
}

/** Whether `role` lies below `ancestor` in the hierarchy; a role is not below itself. */
export function isStrictSubroleOf(role: string, ancestor: string): boolean {
  return role.length > ancestor.length && role[ancestor.length] === '/' && role.startsWith(ancestor);
}

/** The role one level up, undefined at the top. */
export function parentRole(role: string): string | undefined {
  const slash = role.lastIndexOf('/');
  return slash < 0 ? undefined : role.slice(0, slash);
}

/** The roles above `role`, nearest first: `a/b/c` gives `a/b`, `a`. */
export function roleAncestors(role: string): string[] {
  const ancestors: string[] = [];
  for (let above = parentRole(role); above !== undefined; above = parentRole(above)) ancestors.push(above);
  return ancestors;
}
