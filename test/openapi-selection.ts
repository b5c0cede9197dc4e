import * as z from 'zod';
import type { ZodOpenApiPathsObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { Agreement, Matrix, MatrixRequest, ProfileDetail, ProfileList, Selection, SelectRequest } from '../src/http/selection/schema.ts';
import { Problem } from '../src/report/schema.ts';

/** Windows 10 with a device that knows SMB1 alone: the decoy is taken, and the client resets. */
export const SELECTION = { client: { profile: 'windows-10-1809' }, server: { policy: { family: 'samba', minDialect: 'NT1', maxDialect: 'NT1' } } };

const problem = (description: string): ZodOpenApiResponseObject => ({ description, content: { 'application/problem+json': { schema: Problem } } });
const json = (description: string, schema: z.ZodType, example?: unknown): ZodOpenApiResponseObject =>
  ({ description, content: { 'application/json': { schema, ...(example !== undefined && { example }) } } });

/** The paths of dialect selection. */
export function selectionPaths(example: unknown): ZodOpenApiPathsObject {
  return {
    '/v1/negotiations/select': {
      post: {
        operationId: 'selectDialect', tags: ['negotiations'], summary: 'What would this server answer to this client?',
        description: 'Plays a negotiation between a client (a profile, an offer, or bytes) and a server (a profile, a policy, or both), message by message. With `clients` and `servers` every client meets every server.',
        requestParams: { query: z.object({ steps: z.enum(['true', 'false']).optional().meta({ description: 'Of a matrix: every cell with its steps.' }) }) },
        requestBody: { required: true, content: { 'application/json': { schema: z.union([SelectRequest, MatrixRequest]), example: SELECTION } } },
        responses: {
          200: {
            description: 'The exchange step by step, or a matrix',
            content: {
              'application/json': { schema: z.union([Selection, Matrix]), ...(example !== undefined && { example }) },
              'application/vnd.tcpdump.pcap': { schema: z.string().meta({ override: { type: 'string', format: 'binary' }, description: 'The exchange as a capture.' }) },
              'text/csv': { schema: z.string().meta({ description: 'The matrix as a table.' }) },
            },
          },
          400: problem('`empty-body`, `bad-json`, `bad-request`, `bad-hex`, `unknown-profile`, `unknown-family`, `unknown-dialect`, `unknown-setting`, `unknown-value`, `contradiction`; `path` names the field'),
          401: problem('`unauthorized`'), 406: problem('`not-acceptable`: there is no such format'), 413: problem('`too-large`'),
        },
      },
    },
    '/v1/negotiations/agree': {
      post: {
        operationId: 'settingsThatAgree', tags: ['negotiations'], summary: 'Which single setting makes these two agree, and what does it cost?',
        description: 'Tries every setting of the client and of the server by playing the connection with it. Of a setting with several values the least costly one that helps is told, as a command or as the line of a file.',
        requestBody: { required: true, content: { 'application/json': { schema: SelectRequest, example: SELECTION } } },
        responses: {
          200: json('Whether they agree, and each single setting that makes them', Agreement),
          400: problem('As of select'), 401: problem('`unauthorized`'), 413: problem('`too-large`'),
        },
      },
    },
    '/v1/profiles': {
      get: {
        operationId: 'listProfiles', tags: ['catalogue'], summary: 'The known clients and servers',
        requestParams: { query: z.object({ role: z.enum(['client', 'server', 'both']).optional(), family: z.string().optional() }) },
        responses: { 200: json('The known clients and servers', ProfileList), 401: problem('`unauthorized`') },
      },
    },
    '/v1/profiles/{id}': {
      get: {
        operationId: 'getProfile', tags: ['catalogue'], summary: 'One client or server, with the bytes that it sends',
        requestParams: { path: z.object({ id: z.string().meta({ example: 'windows-11-24h2' }) }) },
        responses: { 200: json('One profile', ProfileDetail), 401: problem('`unauthorized`'), 404: problem('`not-found`: there is no such profile') },
      },
    },
  };
}
