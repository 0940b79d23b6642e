namespace Esoz.Import;

/// <summary>How far an import is: what it does, and how much of that is done (bytes when reading, tables when writing).</summary>
public readonly record struct ImportProgress(string What, long Done, long Of);
