// Worker threads must be stoppable: by terminate(), and by Node when their heap is full.
import { versions } from 'node:process';
import { setFlagsFromString } from 'node:v8';

/** The first V8 with the flag; older ones would print that they do not know it. */
const V8_MAJOR_WITH_FLAG = 12;

/**
 * Keeps V8 from compiling loops that nothing can interrupt. Loop unrolling of its Turboshaft compiler takes the
 * interrupt check out of endless loops such as `for (;;) all.push(new Array(1000).fill(0))` (seen with V8 13.6, in
 * Node 24): neither terminate() nor the heap limit of the thread stopped them, and memory grew without end. Holds for
 * threads that are started afterwards, and for the whole process.
 */
export function keepLoopsStoppable(): void {
  if (Number.parseInt(versions.v8, 10) >= V8_MAJOR_WITH_FLAG) setFlagsFromString('--no-turboshaft-loop-unrolling');
}
