using Esoz.Pages;
using Esoz.Platform.Signatures;
using Esoz.Platform.Signatures.Certificates;

namespace Esoz.OperatorConsole;

/// <summary>
/// What signatures are checked against: authorities and their revocation lists, as this node has them. Files with further ones are imported
/// here when the server may write the directory.
/// </summary>
/// <param name="Faults">Files that are not used, and why.</param>
/// <param name="Directory">Where they are.</param>
/// <param name="IsWritable">Whether the server may add to it.</param>
/// <param name="LastImport">On whatever node; null = there was none.</param>
public sealed record TrustView(ConsoleSession Session, DateTimeOffset Now, IReadOnlyList<string> Faults,
    IReadOnlyList<TrustedAuthority> Authorities, IReadOnlyList<RevocationList> Lists, string Directory, bool IsWritable,
    ConsoleAction? LastImport)
{
    public const string Path = ConsoleScreen.Root + "/trust";

    /// <summary>Name of the field by which new anchors are taken.</summary>
    public const string WithAnchors = "anchors";

    /// <summary>Largest file, in bytes; the list of all authorities of the country is a hundredth of it.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>Something was imported, just now.</summary>
    public bool IsDone { get; init; }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why the file was not taken.</summary>
    public Words? Fault { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-trust", Path, ConsoleRole.OpsRead, Show);

    public static PageRoute ImportForm { get; } = ConsoleScreen.Receives("console-trust-import", Path + "/import", ConsoleRole.OpsAct, Import);

    private static async Task<IResult> Show(HttpContext context, ConsoleSession session, PostgresDatabase database, TrustDirectory trust,
        SignatureOptions options, TimeProvider clock)
    {
        var view = await Find(session, database, trust, options, clock, context.RequestAborted);
        return HtmlPage.Of<TrustViewPage, TrustView>(view with { IsDone = context.Request.Query.ContainsKey("done") });
    }

    private static async Task<IResult> Import(HttpContext context, ConsoleSession session, ConsoleForm form, ConsoleUpload upload,
        Confirmation confirmation, PostgresDatabase database, TrustDirectory trust, SignatureOptions options, TimeProvider clock)
    {
        var ct = context.RequestAborted;
        var view = await Find(session, database, trust, options, clock, ct);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return await Refused(view with { Problem = problem });
        if (!view.IsWritable)
            return await Refused(view with { Fault = NotWritable });
        if (upload.Name.Length == 0)
            return await Refused(view with { Fault = NoFile });
        using var content = new MemoryStream();
        if (!await CopyTo(content, upload.Content, ct))
            return await Refused(view with { Fault = TooLarge });
        var actions = new ConsoleActionTable(database.By(session, context));
        var action = await actions.Begin(ConsoleActionKind.TrustImport, session.UserId, ct);
        var result = new ActionResult(ConsoleActionEndState.Failed, null);
        try
        {
            var entries = new TrustImport(options.TrustPath, clock).Import(
                content.ToArray(), withAnchors: form[WithAnchors] is not null, withExpired: true);
            var isUsed = entries.Any(entry => entry.Result != TrustImportResult.Refused);
            result = new(isUsed ? ConsoleActionEndState.Good : ConsoleActionEndState.Findings, TrustImportReport.Of(entries));
        }
        finally
        {
            await actions.Finish(action, result, CancellationToken.None);
        }
        await PageRoute.Record(context, StatusCodes.Status303SeeOther, new AccessedIds(action));
        return new SeeOther($"{Path}?done=1");

        async Task<IResult> Refused(TrustView refused)
        {
            await upload.Discard(ct);
            return HtmlPage.Of<TrustViewPage, TrustView>(refused, StatusCodes.Status422UnprocessableEntity);
        }
    }

    /// <returns>False when it is too large.</returns>
    private static async Task<bool> CopyTo(MemoryStream content, Stream upload, CancellationToken ct)
    {
        var block = new byte[64 * 1024];
        int read;
        while ((read = await upload.ReadAsync(block, ct)) > 0)
        {
            if (content.Length + read > MaxBytes)
                return false;
            content.Write(block, 0, read);
        }
        return true;
    }

    private static async Task<TrustView> Find(ConsoleSession session, PostgresDatabase database, TrustDirectory trust,
        SignatureOptions options, TimeProvider clock, CancellationToken ct) => new(
            session, clock.GetUtcNow(), trust.Faults, trust.Authorities(options.Revocation, options.Delta), trust.Lists, options.TrustPath,
            session.May(ConsoleRole.OpsAct) && TrustImport.MayWrite(options.TrustPath),
            await new ConsoleActionTable(database).Last(ConsoleActionKind.TrustImport, ct));

    private static readonly Words NoFile = new("Оберіть файл", "Choose a file");

    private static readonly Words TooLarge = new("Файл завеликий. Нічого не змінено.", "The file is too large. Nothing was changed.");

    private static readonly Words NotWritable = new(
        "Сервер не може писати в цю теку. Нічого не змінено.", "The server may not write this directory. Nothing was changed.");
}

/// <summary>What became of the entries of a file.</summary>
/// <param name="Entries">How many there were.</param>
/// <param name="First">The first of them; what was taken before the others.</param>
public sealed record TrustImportReport(int Entries, int Taken, int Present, int Refused, IReadOnlyList<TrustImportLine> First)
{
    private const int Most = 200;

    internal static TrustImportReport Of(IReadOnlyList<TrustImportEntry> entries)
    {
        return new(entries.Count, Count(TrustImportResult.Taken), Count(TrustImportResult.Present), Count(TrustImportResult.Refused),
            [.. entries.OrderBy(entry => entry.Result).Take(Most).Select(it => new TrustImportLine(
                it.Kind.ToString(), it.Name, it.Number, it.ValidTo, it.Fingerprint, it.Result.ToString(), it.Reason))]);

        int Count(TrustImportResult result) => entries.Count(entry => entry.Result == result);
    }
}

/// <param name="Kind">Name of a <see cref="TrustKind"/>.</param>
/// <param name="Result">Name of a <see cref="TrustImportResult"/>.</param>
public sealed record TrustImportLine(
    string Kind, string Name, string? Number, DateTimeOffset? ValidTo, string? Fingerprint, string Result, string? Reason);
