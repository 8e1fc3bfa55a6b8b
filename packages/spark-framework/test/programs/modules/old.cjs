// A CommonJS module that requires another.
const { prefix } = require('./prefix.cjs');

module.exports = (value) => `${prefix} ${value}`;
