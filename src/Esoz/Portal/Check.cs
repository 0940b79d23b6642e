using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Esoz.Portal;

/// <summary>Who makes a check, in the order in which a request comes to them.</summary>
public enum CheckStage
{
    /// <summary>Before every method (platform §2).</summary>
    Gateway,
    /// <summary>Form of body and parameters.</summary>
    Form,
    /// <summary>A numbered rule of the method's page.</summary>
    Rule,
    /// <summary>A rule of the job that the method starts.</summary>
    Job,
    /// <summary>A fault of the server, or one that passes.</summary>
    Server,
}

/// <summary>One check of a method and the refusal when it fails.</summary>
/// <param name="Number">On its page; empty when it has none.</param>
/// <param name="Rule">What must hold, in English.</param>
/// <param name="Status">HTTP status; that of the answer about the job when the check is one of a job.</param>
/// <param name="Code"><c>error.type</c>, or code and name in the families that answer with codes.</param>
/// <param name="Text">Literal text, with <c>{placeholders}</c>.</param>
/// <param name="Place">Member, parameter or header to which the answer points; null = none.</param>
public sealed partial record Check(CheckStage Stage, string Number, string Rule, int Status, string Code, string Text, string? Place)
{
    private readonly Lazy<Regex> _pattern = new(() =>
        new($@"\A{EscapedPlaceholder().Replace(Regex.Escape(Text), ".+")}\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.Singleline));

    /// <summary>The checks of a method, in their order.</summary>
    public static IEnumerable<Check> Of(MethodCard card) =>
    [
        .. OpenApi.RefusalsOf(card).Select(declared => Of(card, declared.Name, declared.Rule, declared.Refusal)),
        .. OpenApi.JobErrorsOf(card).Select(rule => new Check(
            CheckStage.Job, rule.Number, rule.Rule, StatusCodes.Status200OK,
            $"{rule.Refusal.Code!.Value.Number} {rule.Refusal.Code.Value.Name}", rule.Refusal.Message!, null)),
    ];

    /// <summary>Whether this is the text of an answer, in which placeholders are filled in.</summary>
    public bool HasText(string text) => _pattern.Value.IsMatch(text);

    /// <summary>Whether this refusal is the answer.</summary>
    /// <param name="error">Member <c>error</c> of the answer.</param>
    public bool Answered(int status, JsonNode error) =>
        status == Status && Stage != CheckStage.Job && TextOf(error) is { } text && HasText(text)
        && (Place is null || PlaceOf(error) == Place);

    /// <summary>The text of a business rule, which is in the descriptions, else the message.</summary>
    public static string? TextOf(JsonNode error) =>
        (error["invalid"] as JsonArray ?? []).SelectMany(entry => entry!["rules"] as JsonArray ?? [])
            .Where(rule => (string?)rule!["rule"] == "invalid").Select(rule => (string?)rule!["description"]).FirstOrDefault(text => text is not null)
        ?? (string?)error["message"];

    private static string? PlaceOf(JsonNode error) => (string?)(error["invalid"] as JsonArray)?.FirstOrDefault()?["entry"];

    private static Check Of(MethodCard card, string name, string rule, Refusal refusal)
    {
        var dialect = Dialect.For(card.Family);
        var error = OpenApi.AnswerOf(card, refusal)["error"]!;
        var (kind, number) = name.Split('-', 2) is [var first, var rest] ? (first, rest) : (name, "");
        var stage = kind switch
        {
            "gateway" => CheckStage.Gateway,
            "validation" => CheckStage.Rule,
            "schema" or "query" => CheckStage.Form,
            _ => CheckStage.Server,
        };
        // Of the form there is one example; other answers point elsewhere and say something else.
        return new(stage, number, rule, dialect.Status(refusal), dialect.Code(refusal), TextOf(error)!,
            stage == CheckStage.Rule ? PlaceOf(error) : null);
    }

    [GeneratedRegex(@"\\\{\w+}")]
    private static partial Regex EscapedPlaceholder();
}
