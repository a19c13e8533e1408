/**
 * Enters the command's root and becomes its user, as the last thing before the command. In Perl, because this has to
 * happen in a system that may have no program for it: Perl is loaded by then.
 * Arguments: ROOT CWD UID GID GROUPS (with commas) COUNT NAME=VALUE… COMMAND…; COUNT variables are the whole environment. Ends with 127 when there is no such program, 126 when it
 * cannot be started, 125 when it does not come that far.
 */
export const launchScript = `use strict;
my ($root, $cwd, $uid, $gid, $groups, $count, @command) = @ARGV;
%ENV = map { split(/=/, $_, 2) } splice(@command, 0, $count);
chroot($root) or stop(125, "the root cannot be entered: $!");
chdir($cwd) or stop(125, "the folder $cwd cannot be entered: $!");
my @others = split(/,/, $groups);
@others = ($gid) unless @others;
$( = $gid;
$) = join(" ", $gid, @others);
($<, $>) = ($uid, $uid);
stop(125, "the user $uid cannot be taken: $!") unless $> == $uid && $< == $uid && $) == $gid;
{ no warnings; exec { $command[0] } @command; }
stop($! == 2 ? 127 : 126, "$command[0] cannot be started: $!");
sub stop { my ($code, $text) = @_; print STDERR "whittle: $text\\n"; exit $code; }
`;
