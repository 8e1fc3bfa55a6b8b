// Goal: no view gives a secret away, and nothing else is lost. Method: messages with secrets in all the places they can be.
import { withoutSecrets } from '@mini-mesos/wire';
import { expect, test } from 'vitest';

const secret = { type: 'VALUE', value: { data: Buffer.from('x') } };
const HIDDEN = { type: 'VALUE' };

test('a secret keeps its type and its reference, and loses its value', () => {
  const variables = [{ name: 'S', type: 'SECRET', secret }];
  expect(withoutSecrets({ environment: { variables } })).toEqual({
    environment: { variables: [{ name: 'S', type: 'SECRET', secret: HIDDEN }] },
  });
  const reference = { type: 'REFERENCE', reference: { name: 'vault', key: 'k' } };
  expect(withoutSecrets({ source: { secret: reference } })).toEqual({ source: { secret: reference } });
  expect(withoutSecrets({ docker: { name: 'i', config: secret } })).toEqual({ docker: { name: 'i', config: HIDDEN } });
});

test('a credential keeps its principal', () => {
  expect(withoutSecrets({ credential: { principal: 'p', secret: 'x' } })).toEqual({ credential: { principal: 'p' } });
});

test('what holds no secret is given back as it is, and what is given is never changed', () => {
  const plain = { data: Buffer.from('x'), labels: [{ key: 'secret', value: 'x' }], environment: { variables: [] } };
  expect(withoutSecrets(plain)).toBe(plain);
  const mixed = { plain, secret };
  expect(withoutSecrets(mixed).plain).toBe(plain);
  expect(mixed.secret).toBe(secret);
});
