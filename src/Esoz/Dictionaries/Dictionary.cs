using System.Diagnostics.CodeAnalysis;

namespace Esoz.Dictionaries;

/// <summary>
/// Dictionary (довідник): the codes that a field may have (data-model §8). A dictionary check accepts only active values of an active
/// dictionary. Members are in response order.
/// </summary>
/// <param name="Values">Values without a parent, by code.</param>
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "The field's own word")]
public sealed record Dictionary(
    string Name, string? Description, IReadOnlyList<DictionaryValue> Values, IReadOnlyList<string> Labels, bool IsActive);

/// <summary>One code of a dictionary.</summary>
/// <param name="ChildValues">Values whose parent this is, by code.</param>
public sealed record DictionaryValue(string Code, string Description, bool IsActive, IReadOnlyList<DictionaryValue> ChildValues);
