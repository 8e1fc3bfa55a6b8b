// The Mesos resource algebra: resources, quantities, attributes and roles as immutable values.
export {
  attributesEqual,
  attributesNamed,
  attributesToStateJson,
  hasAttribute,
  parseAttributes,
  rangesAttribute,
  scalarAttribute,
  setAttribute,
  textAttribute,
  validateAttribute,
} from './attributes.js';
export {
  isAllocatableTo,
  isAllocatedToSubtree,
  isDynamicallyReserved,
  isMergeable,
  isPersistentVolume,
  isRefined,
  isReserved,
  isReservedToSubtree,
  isRevocable,
  isShared,
  makeItem,
  needsCheckpointing,
  reservationRole,
} from './items/item.js';
export type { DiskInfo, ItemKind, Reservation, ResourceItem, ResourceItemInit } from './items/item.js';
export { printItem } from './items/print.js';
export type { ItemOrder } from './items/shrink.js';
export { injectAllocation, stripAllocation } from './messages/allocation.js';
export { formatResource, upgradeResource, upgradeResources } from './messages/format.js';
export type { ResourceFormat } from './messages/format.js';
export { printResource } from './messages/print-resource.js';
export { validateResourceShape } from './messages/shape.js';
export {
  validateAllocatedToSingleRole,
  validateNoRevocableMix,
  validateResource,
  validateResources,
  validateSingleResourceProvider,
  validateUniquePersistenceIds,
} from './messages/validate.js';
export { validateOperation } from './operations/validate-operation.js';
export { Limits } from './quantities/limits.js';
export { Quantities } from './quantities/quantities.js';
export type { Quantity } from './quantities/amounts.js';
export { haveOverlap, Resources } from './resources.js';
export type { ResourceConversion } from './resources.js';
export { fail, ok } from './result.js';
export type { Result } from './result.js';
export { isStrictSubroleOf, parentRole, roleAncestors, validateRole } from './roles.js';
export { resourcesToStateJson } from './state-json.js';
export { detectResources, parseResourcesFlag } from './text/detect.js';
export type { GivenResources, MachineFacts } from './text/detect.js';
export { fromMilli, printMilli, toMilli } from './values/milli.js';
export { parseRanges, parseSet, parseValue } from './values/parse-value.js';
export type { ParsedScalar, ParsedValue, TextValue } from './values/parse-value.js';
export {
  addRanges,
  containsRanges,
  countRanges,
  intersectRanges,
  lowestOfRanges,
  normaliseRanges,
  printRanges,
  rangesEqual,
  rangesInclude,
  subtractRanges,
} from './values/ranges.js';
export type { Range } from './values/ranges.js';
export { containsSet, intersectSets, printSet, setsEqual, subtractSets, unionSets } from './values/sets.js';
export type { RangesValue, ResourceValue, ScalarValue, SetValue } from './values/value.js';
