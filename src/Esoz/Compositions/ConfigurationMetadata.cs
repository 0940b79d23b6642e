namespace Esoz.Compositions;

/// <summary>The last change of one kind of configuration (compositions §17).</summary>
/// <param name="Resource">Last part of the path under which the configurations of this kind are read.</param>
public sealed record ConfigurationMetadata(string Resource, DateTime UpdatedAt);
