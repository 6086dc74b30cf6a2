namespace SlurmBanking.Architecture.Tests.Contracts;

/// <summary>What a declaration in a .proto file declares.</summary>
internal enum ProtoKind
{
    File,
    Service,
    Method,
    Message,
    OneOf,
    Field,
    Enum,
    Value,
}
