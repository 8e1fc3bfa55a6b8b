// /files/browse, /files/read, /files/download and /files/debug, with Mesos' parameters, texts and statuses
// (src/files/files.cpp).
import { basename } from 'node:path';
import { fileAnswer } from '../http/file-answer.js';
import { mediaTypeOfFile } from '../http/media-types.js';
import type { Front, FrontAnswer, FrontRequest } from '../http/types.js';
import { failure, success } from '../units/result.js';
import type { Result } from '../units/result.js';
import { fileModel, wholeCharacters } from './file-model.js';
import { leadsWithin } from './files-service.js';
import type { FilesError, FilesService } from './files-service.js';

/** HTTP status of each reason. */
export const FILES_ERROR_STATUS = { invalid: 400, 'not-found': 404, unauthorized: 403, unknown: 500 } as const;

const refusal = ({ kind, message }: FilesError): FrontAnswer => ({
  status: FILES_ERROR_STATUS[kind],
  body: message,
});

const badRequest = (body: string): FrontAnswer => ({ status: 400, body });

export function registerFiles(front: Front, files: FilesService): void {
  front.get('/files/browse', (request) => withPath(request, (path) => browse(files, request, path)), {
    summary: 'Lists a directory: path.',
  });
  front.get('/files/read', (request) => withPath(request, (path) => read(files, request, path)), {
    summary: 'Reads a file: path, offset, length.',
  });
  front.get('/files/download', (request) => withPath(request, (path) => download(files, request, path)), {
    summary: 'The bytes of a file: path.',
    jsonp: false,
  });
  front.get('/files/debug', () => ({ status: 200, json: Object.fromEntries(files.attached()) }), {
    summary: 'Virtual paths with the real ones.',
  });
}

function withPath(
  { query }: FrontRequest,
  answer: (path: string) => Promise<FrontAnswer>,
): FrontAnswer | Promise<FrontAnswer> {
  const path = query.get('path');
  return path === null || path === '' ? badRequest("Expecting 'path=value' in query.\n") : answer(path);
}

async function browse(files: FilesService, { principal }: FrontRequest, path: string): Promise<FrontAnswer> {
  const listed = await files.browse(path, principal);
  return listed.ok ? { status: 200, json: listed.value.map(fileModel) } : refusal(listed.error);
}

/** An offset of -1, or none, asks for the size: the pagers of web UIs begin so. A length of -1 is none. */
async function read(files: FilesService, { query, principal }: FrontRequest, path: string): Promise<FrontAnswer> {
  const offset = numberOf(query, 'offset');
  if (!offset.ok) return badRequest(offset.error);
  const length = numberOf(query, 'length');
  if (!length.ok) return badRequest(length.error);
  const asksForSize = offset.value === -1;
  const range = asksForSize
    ? { path, offset: 0, length: 0 }
    : { path, offset: offset.value, length: length.value === -1 ? undefined : length.value };
  const got = await files.read(range, principal);
  if (!got.ok) return refusal(got.error);
  const { size, data } = got.value;
  return { status: 200, json: { data: wholeCharacters(data), offset: asksForSize ? size : offset.value } };
}

/** -1 where the parameter is missing. */
function numberOf(query: URLSearchParams, name: 'length' | 'offset'): Result<number> {
  const text = query.get(name) ?? '-1';
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    return failure(`Failed to parse ${name}: Failed to convert '${text}' to number.\n`);
  }
  return value < -1 ? failure(`Negative ${name} provided: ${value}.\n`) : success(value);
}

async function download(files: FilesService, request: FrontRequest, path: string): Promise<FrontAnswer> {
  const resolved = await files.resolve(path, request.principal);
  if (!resolved.ok) {
    // Mesos gives these two their own texts here.
    if (resolved.error.kind === 'not-found') return { status: 404, body: '404 Not Found.' };
    if (resolved.error.kind === 'unauthorized') return { status: 403, body: '403 Forbidden.' };
    return refusal(resolved.error);
  }
  const { root, path: real } = resolved.value;
  const answer = await fileAnswer({
    path: real,
    headers: {
      'content-type': mediaTypeOfFile(real),
      'content-disposition': attachment(basename(real)),
      'x-content-type-options': 'nosniff',
    },
    requestHeaders: request.headers,
    isAllowed: (handle) => leadsWithin(root, handle),
  });
  return answer ?? badRequest('Cannot download a directory.\n');
}

/** A plain name as Mesos writes it; any other quoted, and once more in UTF-8 (RFC 6266). */
function attachment(name: string): string {
  if (/^[\w.+-]+$/.test(name)) return `attachment; filename=${name}`;
  const quoted = name.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${quoted}"; filename*=UTF-8''${encoded}`;
}
