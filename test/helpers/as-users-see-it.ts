// Imported before Ink and React, which read the environment when they are loaded: as the program sets it, and with times
// in one zone, so that frames are the same everywhere.
process.env['NODE_ENV'] = 'production';
process.env['TZ'] = 'UTC';
