// Labels in properties: key:value,key2:value2 with backslash before a ':' or ',' that is meant as such. As in Spark an
// entry that is not exactly one pair is dropped.
import type { Labels } from '@mini-mesos/proto';

export function parseLabels(text: string): Labels {
  const labels = splitUnescaped(text, ',')
    .filter((entry) => entry !== '')
    .map((entry) => splitUnescaped(entry, ':').map(unescaped))
    .filter((parts): parts is [string, string] => parts.length === 2);
  return { labels: labels.map(([key, value]) => ({ key, value })) };
}

/** Splits at a separator that no backslash precedes; escapes stay in the parts. */
function splitUnescaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let index = 0; index < text.length; index++) {
    const char = text[index] as string;
    if (char === '\\' && index + 1 < text.length) {
      part += char + (text[++index] as string);
    } else if (char === separator) {
      parts.push(part);
      part = '';
    } else {
      part += char;
    }
  }
  parts.push(part);
  return parts;
}

/** Takes the backslash from escaped separators; other backslashes are meant as such. */
function unescaped(part: string): string {
  return part.replaceAll(/\\([:,])/g, '$1');
}
