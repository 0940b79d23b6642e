namespace Esoz.Import;

/// <summary>Progress of an import: the current step, and how much of it is done (bytes when reading, tables when writing).</summary>
public readonly record struct ImportProgress(string What, long Done, long Of);
