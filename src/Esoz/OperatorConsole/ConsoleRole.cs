namespace Esoz.OperatorConsole;

/// <summary>What a user may see and do in the console; rows of <c>console_roles</c>. They open no method of the API.</summary>
public static class ConsoleRole
{
    /// <summary>Contracts, their files, and providers.</summary>
    public const string ContractsRead = "contracts.read";

    /// <summary>Uploads files of contracts and changes what an operator may change of them.</summary>
    public const string ContractsWrite = "contracts.write";

    /// <summary>State of the program: jobs, snapshots, clients, keys, trust, settings.</summary>
    public const string OpsRead = "ops.read";

    /// <summary>Retries jobs, builds snapshots, blocks and issues.</summary>
    public const string OpsAct = "ops.act";

    /// <summary>Audit log, access journal and refused requests.</summary>
    public const string AuditRead = "audit.read";

    public static IReadOnlyList<string> All { get; } = [ContractsRead, ContractsWrite, OpsRead, OpsAct, AuditRead];
}
