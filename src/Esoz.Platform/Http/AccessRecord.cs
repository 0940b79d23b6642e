using System.Net;
using Esoz.Platform.Journal;
using Esoz.Platform.Telemetry;
using Microsoft.AspNetCore.Http.Features;

namespace Esoz.Platform.Http;

/// <summary>
/// What the access journal keeps of a request (platform §13a, docs/adr/0030-access-journal.md). An answer waits for its row when the method
/// carries personal data, writes, or is a download of the bulk export. A change that is in the audit log, and a refusal, leave their rows
/// without waiting.
/// </summary>
internal static class AccessRecord
{
    /// <summary>Two for each entry of the largest page.</summary>
    private const int MaxIds = PageRequest.MaxSize * 2;

    private const int MaxSeen = 500;

    /// <summary>Whether successes of the method are in the journal.</summary>
    public static bool Covers(MethodCard card) =>
        card.HasPersonalData || card.Family == Family.PisBulk || !HttpMethods.IsGet(card.Verb);

    /// <summary>Call it before the first byte of a success. Completes at once when the method is not covered.</summary>
    /// <param name="data">Data of the answer; null when it shows no records.</param>
    /// <exception cref="JournalException"/>
    public static Task Answered(HttpContext context, int status, object? data)
    {
        if (context.Features.Get<GatewayRequest>() is not { Card: { } card } request || !Covers(card))
            return Task.CompletedTask;
        var row = RowOf(context, request, status, data);
        if (context.Features.Get<HeldKey>() is not { } held)
            return Record(context, row);
        // The write is not committed yet.
        held.Row = row;
        return Task.CompletedTask;
    }

    /// <summary>The same for a page.</summary>
    public static Task AnsweredByPage(HttpContext context, int status, object? data) =>
        context.RequestServices.GetRequiredService<AccessJournal>().Write(RowOf(context, request: null, status, data));

    /// <summary>The row of a success whose write, if any, is committed.</summary>
    /// <exception cref="JournalException"/>
    public static Task Record(HttpContext context, JournalRow row)
    {
        var journal = context.Features.GetRequiredFeature<GatewayRequest>().Gateway.Journal;
        if (context.Features.Get<Work>() is not { IsOnRecord: true })
            return RequestTimes.Current is null ? journal.Write(row) : Timed(journal.Write(row));
        journal.Note(row);
        return Task.CompletedTask;
    }

    private static async Task Timed(Task writing)
    {
        using (RequestTimes.Of(Waits.Journal))
            await writing;
    }

    public static void Refused(HttpContext context, Refusal refusal, int status, string code)
    {
        var request = context.Features.Get<GatewayRequest>();
        var failed = request?.Failed;
        var rule = failed is null ? refusal.RuleNumber : RuleOf(failed, request!.Card);
        context.Features.Set(new RefusedBy(rule ?? "", code));
        if (context.RequestServices?.GetService<AccessJournal>() is not { } journal)
            return;
        journal.Note(RowOf(context, request, status, data: null) with
        {
            Rule = rule,
            Code = code,
            Seen = (failed is null ? refusal.Seen : failed.Seen(request!)) is { } seen ? seen[..Math.Min(seen.Length, MaxSeen)] : null,
        });
    }

    /// <summary>The client that asked, as far as it is identified.</summary>
    public static Guid? ClientOf(HttpContext context) =>
        context.Features.Get<GatewayRequest>() is { } request && (request.Token?.ClientId ?? request.Key?.ClientId) is { } client ? client
        : Identified.Of(context)?.ClientId;

    /// <summary>What a rule begins with that is a check of the gateway.</summary>
    internal const string PlatformRule = "platform ";

    /// <summary>The number does not tell which check it is when several checks of the method have it.</summary>
    private static string RuleOf(GatewayStep failed, MethodCard? card)
    {
        var number = failed.Validation.Number;
        if (card is null)
            return $"{PlatformRule}{number}";
        List<GatewayStep> namesakes = [.. Gateway.StepsOf(card).Where(step => step.ValidationOf(card).Number == number)];
        return namesakes.Count == 1 ? $"{PlatformRule}{number}" : $"{PlatformRule}{number}/{namesakes.IndexOf(failed) + 1}";
    }

    private static JournalRow RowOf(HttpContext context, GatewayRequest? request, int status, object? data)
    {
        var ids = new DistinctIds();
        var persons = new DistinctIds();
        var parties = new DistinctIds();
        var identified = Identified.Of(context);
        Named(context, request?.Card, ids, persons);
        foreach (var record in RecordsOf(data))
        {
            ids.AddAll(record.ObjectIds);
            if (record.PersonId is { } person)
                persons.Add(person);
            if (record.PartyId is { } party)
                parties.Add(party);
        }
        ids.AddAll(persons.All);
        ids.AddAll(parties.All);
        return new()
        {
            ClientId = ClientOf(context),
            UserId = request?.Token?.UserId ?? identified?.UserId,
            ConnectionId = request?.Key?.Id,
            ConnectionClientId = request?.Key?.ClientId,
            MethodId = RequestMetrics.MethodOf(context),
            ObjectIds = ids.All,
            PersonId = persons.Only,
            PartyId = parties.Only,
            Status = status,
            RequestId = context.TraceIdentifier,
            Address = AddressOf(context.Connection.RemoteIpAddress),
        };
    }

    private static IEnumerable<IAccessedRecord> RecordsOf(object? data) => data switch
    {
        IAccessedRecord one => [one],
        IEnumerable<IAccessedRecord> many => many,
        _ => [],
    };

    /// <summary>Ids in the path, the query and the body.</summary>
    private static void Named(HttpContext context, MethodCard? card, DistinctIds ids, DistinctIds persons)
    {
        if (card is null)
            return;
        foreach (var (name, value) in context.Request.RouteValues)
            Add(name, value as string);
        foreach (var (name, values) in context.Request.Query)
        {
            foreach (var value in values)
                Add(name, value);
        }
        // A password or a secret may look like an id; the client is named beside the ids.
        if (card.Family != Family.SignIn && context.Features.Get<Body>() is { } body)
            ids.AddAll(body.Ids());

        void Add(string name, string? value)
        {
            if (PathId.Parse(value).Value is not { } id)
                return;
            ids.Add(id);
            if (card.PersonParameters.Contains(name))
                persons.Add(id);
        }
    }

    private static string? AddressOf(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();

    /// <summary>At most <see cref="MaxIds"/>, in the order in which they were added.</summary>
    private sealed class DistinctIds
    {
        private readonly List<Guid> _ids = [];
        private HashSet<Guid>? _known;

        public IReadOnlyList<Guid> All => _ids;

        /// <summary>Null when there are none or several.</summary>
        public Guid? Only => _ids is [var one] ? one : null;

        public void AddAll(IEnumerable<Guid> ids)
        {
            foreach (var id in ids)
                Add(id);
        }

        public void Add(Guid id)
        {
            if (_ids.Count == MaxIds || (_known is null ? _ids.Contains(id) : !_known.Add(id)))
                return;
            _ids.Add(id);
            if (_ids.Count == 16)
                _known = [.. _ids];
        }
    }
}

/// <summary>The rule that refused a request.</summary>
/// <param name="Rule">Number, as in the access journal; empty = nothing that has a number.</param>
/// <param name="Code">What names the kind of refusal in the answer.</param>
internal sealed record RefusedBy(string Rule, string Code)
{
    /// <summary>Null when the request was not refused.</summary>
    public static RefusedBy? Of(HttpContext context) => context.Features.Get<RefusedBy>();
}
