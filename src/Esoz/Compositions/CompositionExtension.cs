using System.Text.Json.Serialization;

namespace Esoz.Compositions;

/// <summary>One extension of a composition: a code and its single value (compositions §4.1).</summary>
public sealed record CompositionExtension(
    string ValueCode,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ValueUuid,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? ValueBoolean,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ValueString,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateOnly? ValueDate)
{
    public const string InformWith = "INFORM_WITH";
    public const string IsForceRenew = "IS_FORCE_RENEW";
    public const string TreatmentViolation = "TREATMENT_VIOLATION";
    public const string TreatmentViolationDate = "TREATMENT_VIOLATION_DATE";
    public const string NewbornBirthDate = "NEWBORN_BIRTH_DATE";
    public const string NewbornSex = "NEWBORN_SEX";

    /// <summary>Values of <see cref="NewbornSex"/>: dictionary COMPOSITION_NEWBORN_SEX (compositions §15).</summary>
    private static readonly string[] Sexes = ["MALE", "FEMALE", "UNKNOWN"];

    /// <summary>The legacy AUTHORIZE_WITH means INFORM_WITH and is stored under that name.</summary>
    internal CompositionExtension Normalized => ValueCode == "AUTHORIZE_WITH" ? this with { ValueCode = InformWith } : this;

    /// <summary>
    /// Whether the extensions fit the composition's type: known codes of the type with the value member of the code, each at most once,
    /// dependent codes together, and the mandatory ones of a newborn.
    /// </summary>
    /// <param name="extensions">Normalized.</param>
    internal static bool AreValid(IReadOnlyList<CompositionExtension> extensions, string type)
    {
        if (!extensions.All(extension => extension.FitsType(type)))
            return false;
        if (extensions.DistinctBy(extension => extension.ValueCode).Count() < extensions.Count)
            return false;
        if (type == CompositionType.Newborn)
            return extensions.Find(NewbornBirthDate) is not null
                && extensions.Find(NewbornSex) is { ValueString: { } sex } && Sexes.Contains(sex);
        return extensions.Find(TreatmentViolationDate) is null || extensions.Find(TreatmentViolation) is not null;
    }

    private bool FitsType(string type)
    {
        var disability = type == CompositionType.Disability;
        return ValueCode switch
        {
            InformWith => HasOnly(ValueUuid),
            "IS_ACCIDENT" or "IS_INTOXICATED" or "IS_FOREIGN_TREATMENT" or IsForceRenew => disability && HasOnly(ValueBoolean),
            TreatmentViolation => disability && HasOnly(ValueString),
            TreatmentViolationDate => disability && HasOnly(ValueDate),
            NewbornBirthDate => !disability && HasOnly(ValueDate),
            NewbornSex => !disability && HasOnly(ValueString),
            _ => false,
        };
    }

    private bool HasOnly(object? value) =>
        value is not null && new object?[] { ValueUuid, ValueBoolean, ValueString, ValueDate }.Count(given => given is not null) == 1;
}

/// <summary>Lookup in a list of extensions, where each code occurs at most once.</summary>
internal static class CompositionExtensionList
{
    public static CompositionExtension? Find(this IReadOnlyList<CompositionExtension> extensions, string code) =>
        extensions.FirstOrDefault(extension => extension.ValueCode == code);
}
