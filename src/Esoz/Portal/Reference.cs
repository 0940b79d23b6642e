using System.Text.Json.Nodes;

namespace Esoz.Portal;

/// <summary>A method that was found, with the checks by which it was found.</summary>
public sealed record Found(MethodEntry Method, IReadOnlyList<Check> Checks);

/// <summary>A cause of a refusal.</summary>
/// <param name="Rule">What must hold.</param>
/// <param name="Methods">The methods that check it, each with the number on its page.</param>
public sealed record Cause(string Rule, CheckStage Stage, IReadOnlyList<(MethodEntry Method, string Number)> Methods);

/// <summary>One text that the registry answers, with everything that it can mean.</summary>
public sealed record ErrorEntry(int Status, string Code, string Text, IReadOnlyList<Cause> Causes)
{
    public bool IsOfJob => Causes[0].Stage == CheckStage.Job;

    /// <summary>Whether the query is a part of status, code and text, or the text of an answer with its placeholders filled in.</summary>
    internal bool Fits(string query) => $"{Status} {Code} {Text}".Contains(query, StringComparison.OrdinalIgnoreCase)
        || Causes.SelectMany(cause => cause.Methods).First().Method.FittingChecks(query).Any(check => check.Text == Text);
}

/// <summary>What the portal shows of the methods of this server; made at its first use.</summary>
public sealed class Reference
{
    private readonly Lazy<IReadOnlyList<MethodEntry>> _methods;
    private readonly Lazy<IReadOnlyList<ErrorEntry>> _errors;

    /// <param name="cards">The methods that are served.</param>
    /// <param name="document">Their OpenAPI document.</param>
    public Reference(IReadOnlyList<MethodCard> cards, Func<JsonObject> document) =>
        (Count, _methods, _errors) = (cards.Count, new(() => Read(cards, document())), new(() => ErrorsOf(Methods)));

    /// <summary>How many methods there are.</summary>
    public int Count { get; }

    /// <summary>In the order of the catalogue.</summary>
    public IReadOnlyList<MethodEntry> Methods => _methods.Value;

    /// <summary>Refusals by status, code and text; then the errors of jobs.</summary>
    public IReadOnlyList<ErrorEntry> Errors => _errors.Value;

    /// <summary>By operation or Method API ID; null when there is none.</summary>
    public MethodEntry? Find(string name) => Methods.FirstOrDefault(method => method.IsCalled(name));

    public IReadOnlyList<Found> Search(string query) =>
        [.. Methods.Where(method => method.Fits(query)).Select(method => new Found(method, [.. method.FittingChecks(query)]))];

    private static List<MethodEntry> Read(IReadOnlyList<MethodCard> cards, JsonObject document)
    {
        var components = document["components"]!["schemas"]!.AsObject();
        List<string> order = [.. Topic.All.SelectMany(topic => topic.Areas).Select(area => area.Name)];
        return
        [
            .. cards.Select(card => new MethodEntry(
                    card, document["paths"]![card.Path]![card.Verb.ToLowerInvariant()]!.AsObject(), components))
                .OrderBy(method => order.IndexOf(method.Area.Name) is >= 0 and var place ? place : int.MaxValue),
        ];
    }

    private static List<ErrorEntry> ErrorsOf(IReadOnlyList<MethodEntry> methods) =>
    [
        .. methods.SelectMany(method => method.Checks.Select(check => (method, check)))
            .GroupBy(it => (IsOfJob: it.check.Stage == CheckStage.Job, it.check.Status, it.check.Code, it.check.Text))
            .OrderBy(error => error.Key.IsOfJob).ThenBy(error => error.Key.Status).ThenBy(error => error.Key.Code, StringComparer.Ordinal)
            .ThenBy(error => error.Key.Text, StringComparer.Ordinal)
            .Select(error => new ErrorEntry(error.Key.Status, error.Key.Code, error.Key.Text,
            [
                .. error.GroupBy(it => (it.check.Rule, it.check.Stage)).Select(cause => new Cause(cause.Key.Rule, cause.Key.Stage,
                    [.. cause.Select(it => (it.method, it.check.Number)).DistinctBy(it => it.method)])),
            ])),
    ];
}
