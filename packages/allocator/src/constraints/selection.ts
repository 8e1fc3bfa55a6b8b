// What a constraint looks at: an attribute of the agent, or one of three things that count as if they were.
import type { Attribute, scheduler } from '@mini-mesos/proto';
import type { AgentDescription } from '../commands.js';

export type Selector = scheduler.AttributeConstraint.Selector;

/** Why a selector picks nothing that exists (Mesos' texts); undefined where it does. */
export function invalidSelector(selector: Selector): string | undefined {
  switch (selector.pseudoattribute_type) {
    case 'HOSTNAME':
    case 'REGION':
    case 'ZONE':
      return undefined;
    case 'UNKNOWN':
      return 'Unknown pseudoattribute type';
    case undefined:
      return selector.attribute_name === undefined
        ? "Exactly one of 'AttributeConstraint::Selector::name' or 'AttributeConstraint::Selector::pseudoattribute_type' must be set"
        : undefined;
  }
}

/** Undefined where the agent does not have it; without text where it is a number, ranges or a set. */
export type Selection = { readonly text?: string | undefined } | undefined;

const textOnly = (text: string | undefined): Selection => (text === undefined ? undefined : { text });

function attributeSelection({ type, text }: Attribute): Selection {
  return type === 'TEXT' ? { text: text?.value ?? '' } : {};
}

/** Of several attributes of a name the first counts. The selector must be valid. */
export function select(selector: Selector, { hostname, attributes, domain }: AgentDescription): Selection {
  switch (selector.pseudoattribute_type) {
    case 'HOSTNAME':
      return { text: hostname };
    case 'REGION':
      return textOnly(domain?.fault_domain?.region.name);
    case 'ZONE':
      return textOnly(domain?.fault_domain?.zone.name);
    case 'UNKNOWN':
      return undefined;
    case undefined: {
      const attribute = attributes.find(({ name }) => name === selector.attribute_name);
      return attribute && attributeSelection(attribute);
    }
  }
}

/** What it looks at, in a word. */
export function describeSelector({ attribute_name: name, pseudoattribute_type: pseudo }: Selector): string {
  return pseudo === undefined ? String(name) : pseudo.toLowerCase();
}
