namespace Esoz.Platform.Http;

/// <summary>
/// Reads the query parameters that a card declares and collects their faults in the order of reading (platform §7.1, table of query
/// parameters). An empty value counts as absent unless the page says otherwise; a name given twice is a fault; unknown names are ignored.
/// </summary>
/// <param name="query">Query of the request.</param>
/// <param name="declared">Parameters of the card.</param>
public sealed class QueryReader(IQueryCollection query, IReadOnlyList<QueryParameter> declared)
{
    private readonly List<Invalid> _faults = [];

    public static ValueTask<QueryReader?> BindAsync(HttpContext context) =>
        new(new QueryReader(context.Request.Query, context.GetEndpoint()!.Metadata.GetRequiredMetadata<MethodCard>().Query));

    /// <summary>The rule that every query obeys before those of the page; it has a name for a number.</summary>
    internal static readonly Validation HasTypes =
        new("query", "query parameters have their type; every fault is listed", new(RefusalKind.Unprocessable));

    /// <summary>422 with every fault found so far; null when there is none.</summary>
    public Refusal? Refusal =>
        _faults.Count == 0 ? null : Platform.Refusal.Unprocessable(_faults) with { RuleNumber = HasTypes.Number };

    /// <summary>The parameters that filter a list.</summary>
    internal IEnumerable<QueryParameter> Filters => declared.Where(parameter => parameter.Condition is not null);

    /// <summary>The value of a declared parameter; its default when it is absent or invalid.</summary>
    public T Read<T>(string name) => (T)Read(Declared(name))!;

    /// <summary>The same with another type than the declared one, e.g. when a bound is known only at run time.</summary>
    public T Read<T>(string name, QueryType type) => (T)Read(Declared(name) with { Type = type })!;

    internal object? Read(QueryParameter parameter)
    {
        var name = parameter.Synonym is { } synonym && !Has(parameter.Name) ? synonym : parameter.Name;
        if (!(parameter.EmptyIsWrong ? query.ContainsKey(name) : Has(name)))
            return parameter.Default;
        // PostgreSQL cannot store NUL characters, so such text cannot match a stored value.
        var (value, broken) = query[name] is [{ } text] && !text.Contains('\0', StringComparison.Ordinal)
            ? parameter.Type.Read(text) : (null, parameter.Type.Unreadable);
        if (broken is null)
            return value;
        _faults.Add(Invalid.Query(name, broken));
        return parameter.Default;
    }

    private QueryParameter Declared(string name) => declared.FirstOrDefault(parameter => parameter.Name == name)
        ?? throw new InvalidOperationException($"The card does not declare the query parameter {name}.");

    private bool Has(string name) => query.TryGetValue(name, out var values) && values is not [""] and not [null];
}
