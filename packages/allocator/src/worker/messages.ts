// What goes between the owner of an allocator and the thread in which it runs. Both ports deliver in order.
import type { InverseOffer } from '../maintenance/inverse-offers.js';
import type { News } from './codec.js';

/** Hands a message, and with it the buffers that need not be copied, to the other end of a channel. */
export type Send = (message: unknown, transfer: ArrayBuffer[]) => void;

/** Steps are groups of numbers in `steps`: what to do, at what time, and its operands. */
export const STEP = {
  /** Operand: the place in `commands`. */
  command: 0,
  /** Operands: numbers of framework, agent and resources, and the seconds of refusal, NaN where there are none. */
  recover: 1,
  tick: 2,
  /** Runs a cycle if one is asked for. */
  runIfRequested: 3,
  /** Runs a cycle. */
  run: 4,
} as const;

export type ToAllocator =
  | { readonly type: 'steps'; readonly news: News; readonly steps: Float64Array; readonly commands: readonly unknown[] }
  | {
      readonly type: 'ask';
      readonly id: number;
      readonly what: 'explain' | 'view';
      readonly question: unknown;
      readonly nowMs: number;
    };

/** What a master shows of its allocator. */
export interface RemoteView {
  readonly roles: readonly { readonly role: string; readonly dominantShare: number | undefined }[];
  readonly activeFilters: ReadonlyMap<string, number>;
  readonly runs: number;
}

export type FromAllocator =
  /** After each cycle. Four numbers an offer: framework, role, agent, resources. */
  | {
      readonly type: 'cycle';
      readonly news: News;
      readonly offers: Float64Array;
      readonly inverseOffers: readonly InverseOffer[];
      readonly durationMs: number;
    }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  /** A command could not be carried out; the allocator goes on with the next. */
  | { readonly type: 'failed'; readonly error: string };
