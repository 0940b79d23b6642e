namespace Esoz.Platform;

/// <summary>
/// One numbered rule of a page: in words, as a condition where the database decides, and the refusal with its literal text. It is stated
/// once and serves the guard of the write, the answer, OpenAPI, the explanation of a refusal and the tests. Where C# decides there is no
/// condition, and the card returns the rule by name.
/// </summary>
/// <param name="Number">Number on the page.</param>
/// <param name="Rule">The rule in words.</param>
/// <param name="Refusal">What is answered when it is broken; may hold <c>{placeholders}</c>.</param>
public sealed record Validation(string Number, string Rule, Refusal Refusal)
{
    /// <summary>A rule that the database decides.</summary>
    /// <param name="number">Number on the page.</param>
    /// <param name="rule">The rule in words.</param>
    /// <param name="holds">The same as SQL over the sources and parameters of its write; unknown (NULL) counts as broken.</param>
    /// <param name="refusal">What is answered when it is broken.</param>
    /// <param name="placeholders">SQL for every <c>{placeholder}</c> of the message.</param>
    public Validation(
        string number, string rule, string holds, Refusal refusal, params IReadOnlyList<(string Name, string Sql)> placeholders)
        : this(number, rule, refusal) => (Holds, Placeholders) = (holds, placeholders);

    /// <summary>The rule as a condition in SQL; null where C# decides.</summary>
    public string? Holds { get; init; }

    /// <summary>SQL for the placeholders of the message.</summary>
    public IReadOnlyList<(string Name, string Sql)> Placeholders { get; init; } = [];

    /// <summary>The unique index that decides between simultaneous calls: what it rejects breaks this rule.</summary>
    public string? Index { get; init; }

    /// <summary>The refusal with a <c>{placeholder}</c> of its message filled in.</summary>
    public Refusal With(string placeholder, string value) => Fill(Refusal, placeholder, value);

    public static implicit operator Refusal(Validation validation) => validation.Refusal;

    internal static Refusal Fill(Refusal refusal, string placeholder, string value) =>
        refusal with { Message = refusal.Message?.Replace($"{{{placeholder}}}", value, StringComparison.Ordinal) };
}
