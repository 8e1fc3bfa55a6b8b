// Conditions on what a selector picked. Something that is no text passes every condition on text, also the negated
// ones: a text condition says nothing about it (Mesos: offer_constraints_filter.cpp).
import type { scheduler } from '@mini-mesos/proto';
import { fail, ok } from '@mini-mesos/resources';
import type { Result } from '@mini-mesos/resources';
import { RegexProgram } from './regex/program.js';
import { RegexSyntaxError } from './regex/syntax.js';
import type { Selection } from './selection.js';

export type Predicate = (selection: Selection) => boolean;

/** Largest program of a regular expression (Mesos: --offer_constraints_re2_max_program_size). */
const REGEX_PROGRAM_SIZE_MAX = 100;

/** What is missing does not pass. */
const positive =
  (test: (text: string) => boolean): Predicate =>
  (selection) =>
    selection !== undefined && (selection.text === undefined || test(selection.text));

/** What is missing passes. */
const negative =
  (test: (text: string) => boolean): Predicate =>
  (selection) =>
    selection?.text === undefined || !test(selection.text);

function compileRegex(regex: string): Result<(text: string) => boolean> {
  try {
    const program = new RegexProgram(regex);
    if (program.size <= REGEX_PROGRAM_SIZE_MAX) return ok((text) => program.matches(text));
    return fail(
      `Regex '${regex}' is too complex: program size of ${program.size} is larger than maximum of ${REGEX_PROGRAM_SIZE_MAX} allowed`,
    );
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    return fail(`Failed to construct regex from pattern '${regex}': ${error.message}`);
  }
}

function onRegex(regex: string, make: (test: (text: string) => boolean) => Predicate): Result<Predicate> {
  const test = compileRegex(regex);
  return test.ok ? ok(make(test.value)) : test;
}

/** Errors are Mesos' texts. */
export function compilePredicate(predicate: scheduler.AttributeConstraint.Predicate): Result<Predicate> {
  const { exists, not_exists: notExists, text_equals: equals, text_not_equals: notEquals } = predicate;
  const { text_matches: matches, text_not_matches: notMatches } = predicate;
  if (exists) return ok((selection) => selection !== undefined);
  if (notExists) return ok((selection) => selection === undefined);
  if (equals) return ok(positive((text) => text === equals.value));
  if (notEquals) return ok(negative((text) => text === notEquals.value));
  if (matches) return onRegex(matches.regex, positive);
  if (notMatches) return onRegex(notMatches.regex, negative);
  return fail('Unknown predicate type');
}

/** In words, to follow the name of what it looks at. */
export function describePredicate(predicate: scheduler.AttributeConstraint.Predicate): string {
  const { exists, not_exists: notExists, text_equals: equals, text_not_equals: notEquals } = predicate;
  const { text_matches: matches, text_not_matches: notMatches } = predicate;
  if (exists) return 'exists';
  if (notExists) return 'does not exist';
  if (equals) return `is ${equals.value}`;
  if (notEquals) return `is not ${notEquals.value}`;
  return matches ? `matches ${matches.regex}` : `does not match ${notMatches?.regex}`;
}
