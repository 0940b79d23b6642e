using Esoz.Contracts;
using Esoz.MediaStorage;
using Esoz.Pages;
using Esoz.Platform.Audit;
using Esoz.Platform.Storage;

namespace Esoz.OperatorConsole;

/// <summary>One contract with all that belongs to it: terms, divisions, employees, its signed file, and who changed what.</summary>
public sealed record ContractView(ConsoleSession Session, Contract Contract)
{
    /// <summary>How many divisions, employees and changes are shown.</summary>
    public const int Most = 200;

    private const string Template = ContractList.Path + "/{id}";
    private const string FileTemplate = Template + "/file";

    public required (string? Name, string Edrpou) Provider { get; init; }

    public required (Guid PartyId, string Name) Owner { get; init; }

    public required (Guid PartyId, string Name) Signer { get; init; }

    public required IReadOnlyList<string> Divisions { get; init; }

    public required IReadOnlyList<ContractMember> Members { get; init; }

    /// <summary>Null: the contract names none.</summary>
    public required ContractFile? File { get; init; }

    /// <summary>The newest first.</summary>
    public required IReadOnlyList<AuditEntry> History { get; init; }

    public required KnownNames Names { get; init; }

    /// <summary>Of a file, in bytes.</summary>
    public required long MaxBytes { get; init; }

    /// <summary>The file was stored, just now.</summary>
    public bool IsStored { get; init; }

    /// <summary>The terms were changed, just now.</summary>
    public bool IsChanged { get; init; }

    /// <summary>Why the password was not accepted.</summary>
    public Words? Problem { get; init; }

    /// <summary>Why the file was not stored.</summary>
    public Words? Fault { get; init; }

    public static PageRoute Page { get; } = ConsoleScreen.Shows("console-contract", Template, ConsoleRole.ContractsRead, Show);

    public static PageRoute FileLink { get; } = ConsoleScreen.Shows(
        "console-contract-file", FileTemplate, ConsoleRole.ContractsRead, Download, showsPersonalData: true);

    public static PageRoute FileForm { get; } = ConsoleScreen.Receives(
        "console-contract-upload", FileTemplate, ConsoleRole.ContractsWrite, Upload);

    public static string AddressOf(Guid contract) => $"{ContractList.Path}/{contract}";

    private static async Task<IResult> Show(
        HttpContext context, string id, ConsoleSession session, PostgresDatabase database, ContractFiles files)
    {
        if (await Find(session, id, database, files, context.RequestAborted) is not { } view)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        return await view.Shown(context, StatusCodes.Status200OK, view with
        {
            IsStored = context.Request.Query.ContainsKey("done"),
            IsChanged = context.Request.Query.ContainsKey("changed"),
        });
    }

    /// <summary>To the file, by a link as clients get it.</summary>
    private static async Task<IResult> Download(
        HttpContext context, string id, PostgresDatabase database, ContractFiles files, MediaLinks links)
    {
        var contract = Guid.TryParse(id, out var key) ? await new ContractTable(database).Find(key, context.RequestAborted) : null;
        return files.Locate(contract?.SignedContentLocation) is (var folder, var name)
            ? new SeeOther(links.Sign(links.Grant(HttpMethods.Get, folder, name), context.Request))
            : ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> Upload(HttpContext context, string id, ConsoleSession session, ConsoleForm form,
        ConsoleUpload upload, Confirmation confirmation, PostgresDatabase database, ContractFiles files)
    {
        var ct = context.RequestAborted;
        if (await Find(session, id, database, files, ct) is not { } view)
            return ConsoleMessages.NotFound.Page(StatusCodes.Status404NotFound);
        if (await confirmation.Problem(context, session, form) is { } problem)
            return await Refused(view with { Problem = problem });
        if (upload.Name.Length == 0)
            return await Refused(view with { Fault = NoFile });
        if (ObjectName.Canonicalise(upload.Name, out _) is not { } name)
            return await Refused(view with { Fault = WrongName });
        var contract = view.Contract.Id;
        try
        {
            await files.Put(
                contract, name, upload.Content, session.UserId, database.By(session, context), context.TraceIdentifier, ct);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return await view.Shown(context, StatusCodes.Status413PayloadTooLarge, view with { Fault = TooLarge });
        }
        catch (WrongFileTypeException)
        {
            return await Refused(view with { Fault = WrongType });
        }
        catch (StorageFullException)
        {
            return await view.Shown(context, StatusCodes.Status507InsufficientStorage, view with { Fault = NoSpace });
        }
        await PageRoute.Record(context, StatusCodes.Status303SeeOther, new AccessedIds(contract));
        return new SeeOther($"{AddressOf(contract)}?done=1");

        async Task<IResult> Refused(ContractView refused)
        {
            await upload.Discard(ct);
            return await refused.Shown(context, StatusCodes.Status422UnprocessableEntity, refused);
        }
    }

    /// <summary>The names of people are in the journal before they are shown.</summary>
    private async Task<IResult> Shown(HttpContext context, int status, ContractView view)
    {
        await PageRoute.Record(context, status, view.Members.Select(member => member.PartyId).Append(Owner.PartyId).Append(Signer.PartyId)
            .Select(party => new AccessedParty(party)).Prepend<Platform.IAccessedRecord>(new AccessedIds(Contract.Id)));
        return HtmlPage.Of<ContractViewPage, ContractView>(view, status, hasScript: true);
    }

    private static async Task<ContractView?> Find(
        ConsoleSession session, string id, PostgresDatabase database, ContractFiles files, CancellationToken ct)
    {
        var table = new ContractTable(database);
        if (!Guid.TryParse(id, out var key) || await table.Find(key, ct) is not { } contract)
            return null;
        var history = await new AuditLog(database).Of(ContractTable.HistorySql, key, Most, ct);
        var file = await FileOf(files, contract, ct);
        var authors = history.Select(entry => Guid.TryParse(entry.ActorId, out var actor) ? actor : (Guid?)null);
        return new(session, contract)
        {
            Provider = await table.Provider(contract.ContractorLegalEntityId, ct),
            Owner = await table.Person(contract.ContractorOwnerId, ct),
            Signer = await table.Person(contract.NhsSignerId, ct),
            Divisions = await table.Divisions(key, Most, ct),
            Members = await table.Members(key, Most, ct),
            File = file,
            History = history,
            Names = await KnownNames.Of(database, [.. authors, .. file?.Versions.Select(version => version.UserId) ?? []], ct),
            MaxBytes = files.MaxBytes,
        };
    }

    private static async Task<ContractFile?> FileOf(ContractFiles files, Contract contract, CancellationToken ct) =>
        contract.SignedContentLocation is not { } location ? null
        : files.Locate(location) is (var folder, var name)
            ? new(name.Text, await files.Find(folder, name, ct), await files.Versions(folder, name, ct))
            : new(location, null, []);

    private static readonly Words NoFile = new("Оберіть файл", "Choose a file");

    private static readonly Words WrongName = new(
        "Назва файлу задовга або має заборонені знаки", "The name of the file is too long or has forbidden characters");

    private static readonly Words TooLarge = new("Файл завеликий. Нічого не змінено.", "The file is too large. Nothing was changed.");

    private static readonly Words WrongType = new(
        "Файл такого типу не приймається, або його вміст іншого типу, ніж назва. Нічого не змінено.",
        "Files of this type are not taken, or the content is of another type than the name. Nothing was changed.");

    private static readonly Words NoSpace = new(
        "У сховищі немає місця. Нічого не змінено.", "The store has no space left. Nothing was changed.");
}

/// <summary>The signed file of a contract.</summary>
/// <param name="Stored">Null: it is not in the store.</param>
/// <param name="Versions">Uploads, the newest first.</param>
public sealed record ContractFile(string Name, ObjectInfo? Stored, IReadOnlyList<FileVersion> Versions);
