// A module with an import of its own, for the closures program.
import { orderText } from '../checks.mjs';

export const describe = (value) => `entry:${orderText(value)}`;
export default 'the default';
