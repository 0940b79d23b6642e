namespace Esoz.Import;

/// <summary>What an import changed in one dictionary: numbers of values.</summary>
/// <param name="IsNew">The dictionary did not exist.</param>
/// <param name="IsChanged">Its description, labels or state were changed.</param>
/// <param name="Updated">Values with another description, parent, or that are active again.</param>
/// <param name="Deactivated">Values that are not in the file, or are inactive there.</param>
public sealed record DictionarySummary(
    string Dictionary, bool IsNew, bool IsChanged, int Added, int Updated, int Deactivated, int Unchanged);
