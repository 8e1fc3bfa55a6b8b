// Goal: what is written of a registry can be read again, and makes the same registry. Method: made-up histories.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  operationFromJson,
  OperationFormatError,
  operationsOf,
  operationToJson,
} from '../../src/core/registry/format.js';
import { applyRegistryOperation, emptyRegistry } from '../../src/core/registry/registry.js';
import { anyOperation, anyOperations } from './support/operations.js';

const through = (text: unknown): unknown => JSON.parse(JSON.stringify(text)) as unknown;

test('an operation comes back from JSON as it was', () => {
  fc.assert(
    fc.property(anyOperation, (operation) => {
      expect(operationFromJson(through(operationToJson(operation)))).toEqual(operation);
    }),
  );
});

test('the operations of a registry make one that is equal', () => {
  fc.assert(
    fc.property(anyOperations, (operations) => {
      const registry = emptyRegistry();
      for (const operation of operations) applyRegistryOperation(registry, operation);
      const copy = emptyRegistry();
      for (const operation of operationsOf(registry)) {
        applyRegistryOperation(copy, operationFromJson(through(operationToJson(operation))));
      }
      expect(copy).toEqual(registry);
    }),
  );
});

test('an operation of a newer program is told from a damaged one', () => {
  const problem = (json: unknown): OperationFormatError => {
    try {
      operationFromJson(json);
    } catch (error) {
      return error as OperationFormatError;
    }
    throw new Error('it was read');
  };
  expect(problem({ type: 'paint-agent' })).toMatchObject({ isUnknown: true });
  expect(problem({ type: 'mark-gone', agent: 'S0', atMs: 'soon' })).toMatchObject({
    isUnknown: false,
    message: 'mark-gone.atMs cannot be read: expected a number',
  });
  expect(problem({ type: 'admit-agent', agent: { hostname: 7 } })).toMatchObject({ isUnknown: false });
  expect(problem(null)).toMatchObject({ isUnknown: false });
});
