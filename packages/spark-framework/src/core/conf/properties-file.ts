// spark-defaults.conf: one property per line, name and value separated by blanks, '=' or ':'; '#' and '!' begin a comment.

export function parsePropertiesFile(content: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of content.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!')) continue;
    const match = /^([^\s=:]+)(?:\s*[=:]\s*|\s+)(.*)$/.exec(trimmed);
    values[match?.[1] ?? trimmed] = match?.[2]?.trim() ?? '';
  }
  return values;
}
