using System.Globalization;
using Esoz.Pages;
using Esoz.Platform.Journal;
using Esoz.Platform.RollUp;

namespace Esoz.OperatorConsole;

/// <summary>Why a request was refused, by its id; without one the newest refusals.</summary>
/// <param name="Request">The id that is asked for.</param>
/// <param name="Accounts">What the journal has of it.</param>
/// <param name="Newest">When no id is asked for.</param>
/// <param name="Refusals">The same: how often each rule refused each client within <paramref name="Days"/>.</param>
public sealed record RefusalView(ConsoleSession Session, string? Request, IReadOnlyList<RequestAccount> Accounts,
    IReadOnlyList<JournalEntry> Newest, int Days, IReadOnlyList<RuleRefusals> Refusals, KnownNames Names, MethodBook Methods)
{
    public const string Path = ConsoleScreen.Root + "/refusals";

    /// <summary>How many of the newest are shown.</summary>
    private const int Most = 50;

    /// <summary>Rules and clients of the map: those with the most refusals.</summary>
    private const int MaxRules = 20, MaxClients = 8;

    /// <summary>Periods to choose from, in days.</summary>
    public static IReadOnlyList<(string Value, Words Text)> Periods { get; } =
        [("1", new("доба", "a day")), ("7", new("7 днів", "7 days")), ("30", new("30 днів", "30 days"))];

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-refusals", Path, ConsoleRole.AuditRead, Show, showsPersonalData: true);

    private static async Task<IResult> Show(
        HttpContext context, ConsoleSession session, ReadDatabase list, PostgresDatabase primary, MethodBook methods, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var query = Parameters.OfQuery(context.Request);
        var (request, now) = (query["request"]?.Trim(), clock.GetUtcNow().UtcDateTime);
        // Of one request it is said what would break now.
        var database = request is null ? list.Database : primary;
        var days = Periods.Any(period => period.Value == query["days"]) ? int.Parse(query["days"]!, CultureInfo.InvariantCulture) : 1;
        var filter = request is not null ? new JournalFilter { RequestId = request }
            : new() { OnlyRefused = true, DailyLimit = Most, Since = now.AddDays(-1) };
        var entries = await JournalView.Newest(database, filter, Most, ct);
        var accounts = new List<RequestAccount>();
        if (request is not null)
        {
            foreach (var entry in entries)
                accounts.Add(await RequestAccount.Of(entry, methods.Cards).WithBrokenNow(database, methods.Cards, ct));
        }
        var refusals = request is null ? await new RollUpReader(database).Refusals(now.AddDays(-days), now, ct) : [];
        var names = await KnownNames.Of(database,
            [.. entries.SelectMany(entry => new[] { entry.UserId, entry.ClientId }), .. refusals.Select(it => (Guid?)it.ClientId)], ct);
        return HtmlPage.Of<RefusalViewPage, RefusalView>(
            new(session, request, accounts, request is null ? entries : [], days, refusals, names, methods), hasScript: true);
    }

    /// <summary>The map: clients from left to right, rules from top to bottom; what has no place of its own is in the last one.</summary>
    public (IReadOnlyList<string> Clients, IReadOnlyList<(string Name, IReadOnlyList<long> Values)> Rules) Map(Language language)
    {
        List<Guid> clients =
        [
            .. from it in Refusals
               where it.ClientId != RequestKey.OtherClients
               group it.Requests by it.ClientId into client
               orderby client.Sum() descending, client.Key
               select client.Key,
        ];
        clients = [.. clients.Take(MaxClients)];
        var hasOthers = Refusals.Any(it => !clients.Contains(it.ClientId));
        var rules = Refusals.GroupBy(it => (it.MethodId, it.Status, it.Rule)).OrderByDescending(rule => rule.Sum(it => it.Requests))
            .ThenBy(rule => rule.Key).ToList();
        IReadOnlyList<long> Values(IEnumerable<RuleRefusals> parts)
        {
            var counts = parts.ToLookup(it => clients.Contains(it.ClientId) ? it.ClientId : RequestKey.OtherClients, it => it.Requests);
            return [.. clients.Concat(hasOthers ? [RequestKey.OtherClients] : []).Select(client => counts[client].Sum())];
        }
        return (
            [.. clients.Concat(hasOthers ? [RequestKey.OtherClients] : []).Select(client => ClientRows.NameOf(client, Names, language))],
            [
                .. rules.Take(MaxRules).Select(rule =>
                    (RuleName(rule.Key.MethodId, rule.Key.Status, rule.Key.Rule, language), Values(rule))),
                .. rules.Count <= MaxRules ? [] : new[] { (language.Text("інші", "others"), Values(rules.Skip(MaxRules).SelectMany(rule => rule))) },
            ]);
    }

    private string RuleName(string method, int status, string rule, Language language) =>
        $"{(method == RequestMetrics.Unknown ? language.Text("немає методу", "no method") : Methods.TitleOf(method))}, {(rule.Length == 0 ? "" : $"{rule}, ")}{status}";
}
