using System.Text.Json;

namespace Esoz.Compositions;

/// <summary>
/// A setting of one type and category of compositions, as clients read it (compositions §17). Members are in response order; value and
/// settings say the same.
/// </summary>
/// <param name="Name">Name of the setting.</param>
/// <param name="Value">The allowed values.</param>
/// <param name="Settings">One member, <paramref name="Name"/>.</param>
public sealed record CompositionConfiguration(
    Guid Id,
    CodeableConcept Type,
    CodeableConcept Category,
    bool IsActive,
    string Name,
    IReadOnlyList<JsonElement> Value,
    IReadOnlyDictionary<string, CompositionConfiguration.Setting> Settings,
    DateTime InsertedAt,
    Guid InsertedBy,
    DateTime UpdatedAt,
    Guid UpdatedBy)
{
    /// <param name="Check">The allowed values.</param>
    public sealed record Setting(IReadOnlyList<JsonElement> Check);
}
