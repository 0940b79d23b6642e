namespace Esoz.Platform;

/// <summary>
/// One numbered rule of a page: the text, the SQL condition if the database evaluates it, and the refusal with its literal text. It is
/// stated once and is used by the guard of the write, the answer, OpenAPI, the explanation of a refusal and the tests. A rule that C#
/// evaluates has no condition; the card returns it by name.
/// </summary>
/// <param name="Number">Number on the page.</param>
/// <param name="Rule">The rule in words.</param>
/// <param name="Refusal">The answer when it is broken; may contain <c>{placeholders}</c>.</param>
public sealed record Validation(string Number, string Rule, Refusal Refusal)
{
    /// <summary>A rule that the database evaluates.</summary>
    /// <param name="number">Number on the page.</param>
    /// <param name="rule">The rule in words.</param>
    /// <param name="holds">The rule as an SQL condition on the sources and parameters of its write; NULL counts as broken.</param>
    /// <param name="refusal">The answer when it is broken.</param>
    /// <param name="placeholders">SQL for every <c>{placeholder}</c> of the message.</param>
    public Validation(
        string number, string rule, string holds, Refusal refusal, params IReadOnlyList<(string Name, string Sql)> placeholders)
        : this(number, rule, refusal) => (Holds, Placeholders) = (holds, placeholders);

    /// <summary>The answer when the rule is broken; it carries the number of the rule.</summary>
    public Refusal Refusal
    {
        get => field.RuleNumber == Number ? field : field with { RuleNumber = Number };
        init;
    } = Refusal with { RuleNumber = Number };

    /// <summary>The rule as an SQL condition; null when C# evaluates it.</summary>
    public string? Holds { get; init; }

    /// <summary>SQL for the placeholders of the message.</summary>
    public IReadOnlyList<(string Name, string Sql)> Placeholders { get; init; } = [];

    /// <summary>
    /// SQL of what the rule looked at, for the refusal log and <c>request show</c>; null when the number of the rule says enough. It has no
    /// secrets and no personal data.
    /// </summary>
    public string? Seen { get; init; }

    /// <summary>The unique index that decides between concurrent calls: a row that it rejects breaks this rule.</summary>
    public string? Index { get; init; }

    /// <summary>The refusal with a <c>{placeholder}</c> of its message or of its descriptions filled in.</summary>
    public Refusal With(string placeholder, string value) => Fill(Refusal, placeholder, value);

    public static implicit operator Refusal(Validation validation) => validation.Refusal;

    internal static Refusal Fill(Refusal refusal, string placeholder, string value)
    {
        return refusal with { Message = Filled(refusal.Message), Invalid = [.. refusal.Invalid.Select(Entry)] };

        Invalid Entry(Invalid invalid) => invalid with
        {
            Rules = invalid.Rules is null ? null : [.. invalid.Rules.Select(rule => rule with { Description = Filled(rule.Description) })],
        };

        string? Filled(string? text) => text?.Replace($"{{{placeholder}}}", value, StringComparison.Ordinal);
    }
}
