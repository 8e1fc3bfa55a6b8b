// Required by old.cjs.
exports.prefix = 'old';
